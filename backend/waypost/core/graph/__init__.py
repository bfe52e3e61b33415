"""Pictures of what is related to what, for any feature: boxes and arrows laid out, then written as SVG."""
