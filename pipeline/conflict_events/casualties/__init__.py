"""Reading casualties: which figures a text gives, and what each of them adds."""
