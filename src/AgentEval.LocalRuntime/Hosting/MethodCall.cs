using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>A function's method as a delegate, so that a call costs no reflection.</summary>
internal sealed class MethodCall
{
    private readonly ObjectFactory? _instances;
    private readonly Func<object?, object?[], Task<object?>> _body;

    private MethodCall(ObjectFactory? instances, Func<object?, object?[], Task<object?>> body)
    {
        _instances = instances;
        _body = body;
    }

    /// <exception cref="InvalidOperationException">The method returns something that cannot be awaited to its end (<c>async void</c>).</exception>
    public static MethodCall Compile(MethodInfo method)
    {
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            throw new InvalidOperationException($"{method.DeclaringType}.{method.Name} is async void; a function returns a Task.");
        }

        var target = Expression.Parameter(typeof(object));
        var values = Expression.Parameter(typeof(object?[]));
        var arguments = method.GetParameters().Select((p, i) =>
            (Expression)Expression.Convert(Expression.ArrayIndex(values, Expression.Constant(i)), p.ParameterType));
        var call = Expression.Call(method.IsStatic ? null : Expression.Convert(target, method.DeclaringType!), method, arguments);
        var body = Expression.Lambda<Func<object?, object?[], Task<object?>>>(Awaited(call, method.ReturnType), target, values).Compile();
        return new(method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.DeclaringType!, []), body);
    }

    public Task<object?> InvokeAsync(IServiceProvider services, object?[] arguments) => _body(_instances?.Invoke(services, null), arguments);

    private static Expression Awaited(Expression call, Type type)
    {
        if (type == typeof(void))
        {
            return Expression.Block(call, Expression.Constant(Task.FromResult<object?>(null)));
        }

        if (type == typeof(Task) || type == typeof(ValueTask))
        {
            return Expression.Call(typeof(MethodCall), nameof(NothingAsync), null, type == typeof(Task) ? call : Expression.Call(call, nameof(ValueTask.AsTask), null));
        }

        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (generic == typeof(Task<>) || generic == typeof(ValueTask<>))
        {
            var task = generic == typeof(Task<>) ? call : Expression.Call(call, nameof(ValueTask.AsTask), null);
            return Expression.Call(typeof(MethodCall), nameof(ValueAsync), [type.GetGenericArguments()[0]], task);
        }

        return Expression.Call(typeof(Task), nameof(Task.FromResult), [typeof(object)], Expression.Convert(call, typeof(object)));
    }

    private static async Task<object?> NothingAsync(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> ValueAsync<T>(Task<T> task) => await task;
}
