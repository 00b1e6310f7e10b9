"""The window, offscreen: real Qt, real store, real keys."""
