"""Settings: schedules, the site's choices, exchange rates, personal data, and how the window looks."""
