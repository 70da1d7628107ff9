/// What a series of returns says of how it came about: the room of statistics.
public enum Statistics {}
