"""Discovery: sources found in organisations, groups, folders and index documents."""
