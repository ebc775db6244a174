using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace AgentEval.LocalRuntime.Http;

internal readonly record struct RouteMatch(LocalFunction Function, RouteValueDictionary Values);

/// <summary>Finds the function of a request: the first in name order whose route, constraints and methods fit.</summary>
internal sealed class HttpRouter
{
    private readonly HttpRoute[] _routes;

    public HttpRouter(FunctionCatalogue catalogue, HostSettings host, IServiceProvider services)
    {
        var constraints = new DefaultInlineConstraintResolver(Options.Create(new RouteOptions()), services);
        _routes = [.. catalogue.TriggeredBy<HttpTriggerAttribute>().Select(f => new HttpRoute(f.Function, f.Trigger, host.RoutePrefix, constraints))];
    }

    public RouteMatch? Match(HttpContext context)
    {
        foreach (var route in _routes)
        {
            if (route.Match(context) is { } values)
            {
                return new RouteMatch(route.Function, values);
            }
        }

        return null;
    }
}
