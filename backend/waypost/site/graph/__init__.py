"""The picture of an entity's relations: what stands around it, laid out in columns, as SVG and as a table."""
