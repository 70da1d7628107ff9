import Parameters

// A strategy is written with these words, and without a thought of the room that they come from.
public typealias Parameter = Parameters.Parameter
public typealias Argument = Parameters.Argument
public typealias Arguments = Parameters.Arguments
public typealias ParameterError = Parameters.ParameterError
public typealias FileText = Parameters.FileText
