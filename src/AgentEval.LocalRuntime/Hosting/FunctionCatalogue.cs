using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>The functions of the app, in name order.</summary>
internal sealed class FunctionCatalogue
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private FunctionCatalogue(IReadOnlyList<LocalFunction> functions) => Functions = functions;

    public IReadOnlyList<LocalFunction> Functions { get; }

    /// <exception cref="InvalidOperationException">Two functions share a name, or a function has no trigger.</exception>
    public static FunctionCatalogue Discover(IEnumerable<Type> types)
    {
        var functions = types
            .Where(t => t is { IsClass: true, ContainsGenericParameters: false } && (!t.IsAbstract || t.IsSealed))
            .SelectMany(t => t.GetMethods(Everything))
            .Select(m => (Method: m, Attribute: m.GetCustomAttribute<FunctionAttribute>()))
            .Where(f => f.Attribute is not null)
            .Select(f => new LocalFunction(f.Attribute!.Name, f.Method))
            .OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
            .ToArray();
        if (functions.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"Two functions are named '{twice.Key}': {string.Join(" and ", twice.Select(f => f.EntryPoint))}. Names are unique whatever their case.");
        }

        return new(functions);
    }

    public IEnumerable<(LocalFunction Function, TTrigger Trigger)> TriggeredBy<TTrigger>()
        where TTrigger : TriggerBindingAttribute =>
        Functions.Where(f => f.Trigger is TTrigger).Select(f => (f, (TTrigger)f.Trigger));
}
