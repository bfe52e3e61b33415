"""What makes a document an entity: Backstage's model and processing, as values and pure functions."""
