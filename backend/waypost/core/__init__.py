"""The host: settings, plugins, files, database, web. It knows no feature."""
