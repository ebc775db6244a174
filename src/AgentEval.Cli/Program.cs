Console.Error.WriteLine("agenteval: no commands yet.");
