"""Pages: results as HTML, for the site and on other people's pages."""
