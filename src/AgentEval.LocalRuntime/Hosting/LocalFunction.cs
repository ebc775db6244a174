using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>A function of the app: its method and what triggers it.</summary>
internal sealed class LocalFunction : FunctionDefinition
{
    private readonly MethodCall _call;

    public LocalFunction(string name, MethodInfo method)
    {
        Name = name;
        Method = method;
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        Arguments = method.GetParameters();
        TriggerParameter = FindTrigger(name, Arguments);
        Trigger = TriggerParameter.GetCustomAttribute<TriggerBindingAttribute>()!;
        Parameters = [.. Arguments.Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];
        InputBindings = Arguments
            .Select(p => (p.Name, Binding: p.GetCustomAttributes<BindingAttribute>().FirstOrDefault()))
            .Where(p => p.Binding is not null)
            .ToImmutableDictionary(p => p.Name!, p => (BindingMetadata)new Input(p.Name!, BindingType(p.Binding!)));
        _call = MethodCall.Compile(method);
    }

    public MethodInfo Method { get; }

    public TriggerBindingAttribute Trigger { get; }

    public ParameterInfo TriggerParameter { get; }

    public IReadOnlyList<ParameterInfo> Arguments { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly => Method.Module.Assembly.Location;

    public override string EntryPoint { get; }

    public override string Id => EntryPoint;

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    /// <summary>Calls the method; <paramref name="services"/> make the instance, anew for every call.</summary>
    public Task<object?> CallAsync(IServiceProvider services, object?[] arguments) => _call.InvokeAsync(services, arguments);

    private static ParameterInfo FindTrigger(string name, IReadOnlyList<ParameterInfo> parameters)
    {
        var triggers = parameters.Where(p => p.IsDefined(typeof(TriggerBindingAttribute))).ToArray();
        return triggers.Length == 1
            ? triggers[0]
            : throw new InvalidOperationException($"The function '{name}' has {triggers.Length} triggers; a function has exactly one.");
    }

    private static string BindingType(BindingAttribute binding)
    {
        var name = binding.GetType().Name;
        name = name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private sealed class Input(string name, string type) : BindingMetadata
    {
        public override string Name { get; } = name;

        public override string Type { get; } = type;

        public override BindingDirection Direction => BindingDirection.In;
    }
}
