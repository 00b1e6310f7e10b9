"""The window: pages that read the store, and the few widgets they are made of."""
