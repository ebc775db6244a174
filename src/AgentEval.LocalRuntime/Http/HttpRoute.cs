using System.Collections.Frozen;
using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.LocalRuntime.Http;

/// <summary>Route template, constraints and methods of one function.</summary>
internal sealed class HttpRoute
{
    private readonly TemplateMatcher _matcher;
    private readonly (string Name, IRouteConstraint Constraint)[] _constraints;
    private readonly FrozenSet<string>? _methods;

    /// <exception cref="InvalidOperationException">The template is wrong, or names an unknown constraint.</exception>
    public HttpRoute(LocalFunction function, HttpTriggerAttribute trigger, string prefix, IInlineConstraintResolver resolver)
    {
        Function = function;
        _methods = trigger.Methods is { Length: > 0 } methods ? methods.ToFrozenSet(StringComparer.OrdinalIgnoreCase) : null;
        var template = Parse(function.Name, $"{prefix}/{(trigger.Route ?? function.Name).TrimStart('/')}".Trim('/'));
        var defaults = template.Parameters.Where(p => p.DefaultValue is not null).Select(p => KeyValuePair.Create(p.Name!, p.DefaultValue));
        _matcher = new TemplateMatcher(template, new RouteValueDictionary(defaults));
        _constraints = [.. template.Parameters.SelectMany(p => p.InlineConstraints.Select(c => (p.Name!, Resolve(function.Name, p, c.Constraint, resolver))))];
    }

    public LocalFunction Function { get; }

    /// <summary>The route values, with <c>%2F</c> still encoded; null: not this one.</summary>
    public RouteValueDictionary? Match(HttpContext context)
    {
        if (_methods?.Contains(context.Request.Method) == false)
        {
            return null;
        }

        var values = new RouteValueDictionary();
        return _matcher.TryMatch(context.Request.Path, values)
            && _constraints.All(c => c.Constraint.Match(context, null, c.Name, values, RouteDirection.IncomingRequest))
            ? values
            : null;
    }

    private static RouteTemplate Parse(string function, string template)
    {
        try
        {
            return TemplateParser.Parse(template);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidOperationException($"The function '{function}' has the route '{template}': {problem.Message}", problem);
        }
    }

    private static IRouteConstraint Resolve(string function, TemplatePart parameter, string text, IInlineConstraintResolver resolver)
    {
        var constraint = resolver.ResolveConstraint(text)
            ?? throw new InvalidOperationException($"The function '{function}' has an unknown route constraint '{text}' on '{parameter.Name}'.");
        return parameter.IsOptional ? new OptionalRouteConstraint(constraint) : constraint;
    }
}
