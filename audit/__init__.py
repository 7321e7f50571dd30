"""办 The main hall: the only room that sees every wing."""
