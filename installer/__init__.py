"""Makes a checkout run: system libraries, the locked environment, a screen; standard library only."""
