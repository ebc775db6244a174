using System.Reflection;
using AgentEval.LocalRuntime.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    /// <summary>A builder of an app with the functions of the entry assembly, configured by the files beside it, the environment and the arguments.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        var settings = LocalSettingsFile.Read(AppContext.BaseDirectory);
        settings.ExportToEnvironment();
        return new FunctionsApplicationBuilder(AppSource.Of(Assembly.GetEntryAssembly()!, settings), args);
    }
}
