"""How terms and pages are shown to people, in Chinese and English."""
