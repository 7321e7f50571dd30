"""一国 A whole country of government websites on loopback, and the proof that they are audited, each once, whatever breaks."""
