"""Settings of the window: how it looks, where the workspace lies, where secrets are kept."""
