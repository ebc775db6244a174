Console.Error.WriteLine("AgentEval.Functions: no triggers yet.");
