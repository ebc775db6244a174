using System.Globalization;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Decides once per function where each parameter's value comes from.</summary>
internal static class ParameterBinder
{
    /// <exception cref="InvalidOperationException">Nothing fills a parameter that is marked as an input.</exception>
    public static Func<LocalFunctionContext, object?[]> For(LocalFunction function, IEnumerable<IInputBinding> inputs)
    {
        var sources = function.Arguments.Select(p => Source(function, p, inputs)).ToArray();
        return context =>
        {
            var values = new object?[sources.Length];
            for (var i = 0; i < sources.Length; i++)
            {
                values[i] = sources[i](context);
            }

            return values;
        };
    }

    private static Func<LocalFunctionContext, object?> Source(LocalFunction function, ParameterInfo parameter, IEnumerable<IInputBinding> inputs)
    {
        if (parameter == function.TriggerParameter)
        {
            return context => context.Event.Trigger(context);
        }

        if (parameter.IsDefined(typeof(InputBindingAttribute)))
        {
            var input = inputs.FirstOrDefault(i => i.Handles(parameter))
                ?? throw new InvalidOperationException($"The function '{function.Name}': nothing fills the parameter '{parameter.Name}'.");
            return context => input.Bind(parameter, context);
        }

        return parameter.ParameterType == typeof(FunctionContext) ? context => context
            : parameter.ParameterType == typeof(CancellationToken) ? Token(function, parameter)
            : context => FromBindingData(parameter, context.Event.BindingData);
    }

    /// <exception cref="InvalidOperationException">What others send feeds the function: the host would fill the parameter with what they send under its name.</exception>
    private static Func<LocalFunctionContext, object?> Token(LocalFunction function, ParameterInfo parameter) =>
        function.Trigger is HttpTriggerAttribute or QueueTriggerAttribute
            ? throw new InvalidOperationException(
                $"The function '{function.Name}': on the host, a caller's '{parameter.Name}' would fill the parameter '{parameter.Name}'. Take FunctionContext.CancellationToken.")
            : context => context.CancellationToken;

    private static object? FromBindingData(ParameterInfo parameter, IReadOnlyDictionary<string, object?> data)
    {
        if (data.TryGetValue(parameter.Name!, out var value) && value is not null)
        {
            return Converted(parameter, value);
        }

        var canBeNull = !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null;
        return parameter.HasDefaultValue ? parameter.DefaultValue
            : canBeNull ? null
            : throw new FunctionBindingException(
                $"Could not populate the value for '{parameter.Name}' parameter. Consider adding a default value or making the parameter nullable.");
    }

    private static object Converted(ParameterInfo parameter, object value)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type.IsInstanceOfType(value))
        {
            return value;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        try
        {
            return type == typeof(Guid) ? Guid.Parse(text)
                : type == typeof(DateTimeOffset) ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
                : type.IsEnum ? Enum.Parse(type, text, ignoreCase: true)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception problem) when (problem is FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            throw new FunctionBindingException($"Cannot convert input parameter '{parameter.Name}' to type '{type}' from \"{text}\".", problem);
        }
    }
}

/// <summary>A parameter of a function cannot get a value.</summary>
internal sealed class FunctionBindingException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
