namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Marks a binding of a function.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BindingAttribute : Attribute
{
    protected BindingAttribute()
    {
    }
}

/// <summary>Marks the parameter that triggers a function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute
{
    protected TriggerBindingAttribute()
    {
    }
}

/// <summary>Marks a parameter that the runtime fills in beside the trigger.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute
{
    protected InputBindingAttribute()
    {
    }
}
