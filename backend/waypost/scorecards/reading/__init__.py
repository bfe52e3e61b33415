"""Reading: what is known of results, whoever asks."""
