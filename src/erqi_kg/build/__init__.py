"""The build half: sources → facts → quads → validation → release.

It never imports the serve half; both meet in the store directory.
"""
