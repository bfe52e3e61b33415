"""What stands in the blocks of code of pages: shell, PromQL, Kubernetes manifests, YAML and JSON, and whether it holds."""
