"""Rules: CEL expressions, compiled, bounded and evaluated where they can hurt nobody."""
