"""Tables: one model base, one delegate, one header, one view; rows come by pages or are fully loaded."""
