using System.Globalization;

namespace AgentEval.Core.Reports.Html;

/// <summary>Small drawings in SVG. Sizes are attributes, colours are classes: the page's policy allows no inline styles.</summary>
internal static class Charts
{
    private const double Width = 240;

    /// <summary>A figure from 0 to 1 with its interval as a band, and the gate's limit as a tick.</summary>
    public static void Interval(HtmlWriter html, string label, double? value, IReadOnlyList<double>? interval, double? limit)
    {
        if (value is not { } figure)
        {
            return;
        }

        using (Svg(html, "interval", "0 0 252 20", label))
        {
            Line(html, "track", 6, 246);
            if (interval is [var low, var high])
            {
                Rectangle(html, "band", X(low), 5, Math.Max(2, X(high) - X(low)), 10, 5);
            }

            if (limit is { } required)
            {
                html.Element("rect", null, ("class", "limit"), ("x", N(X(required) - 1)), ("y", "1"), ("width", "2"), ("height", "18"), ("rx", "1"));
            }

            html.Element("circle", null, ("class", "dot"), ("cx", N(X(figure))), ("cy", "10"), ("r", "5"));
        }
    }

    /// <summary>A bar filled to a share; nothing for no share.</summary>
    public static void Meter(HtmlWriter html, string label, double? share, string tone)
    {
        if (share is null)
        {
            return;
        }

        using (Svg(html, "meter", "0 0 100 8", label, stretch: true))
        {
            Rectangle(html, "track", 0, 0, 100, 8, 0);
            Rectangle(html, "fill " + tone, 0, 0, 100 * Math.Clamp(share.Value, 0, 1), 8, 0);
        }
    }

    /// <summary>Shares of a whole, side by side.</summary>
    public static void Stack(HtmlWriter html, string label, IReadOnlyList<(string Tone, int Count)> parts)
    {
        var total = Math.Max(1, parts.Sum(part => part.Count));
        using (Svg(html, "stack", "0 0 1000 10", label, stretch: true))
        {
            var x = 0.0;
            foreach (var (tone, count) in parts.Where(part => part.Count > 0))
            {
                var width = 1000.0 * count / total;
                Rectangle(html, "fill " + tone, x, 0, Math.Max(1, width - 3), 10, 0);
                x += width;
            }
        }
    }

    /// <summary>pass@k above pass^k: what several tries gain, and what reliability costs.</summary>
    public static void PassesOfK(HtmlWriter html, IReadOnlyDictionary<string, double> atK, IReadOnlyDictionary<string, double> hatK)
    {
        using (Svg(html, "curves", "0 0 420 170", "pass@k and pass^k by k; the figures stand in the table below"))
        {
            foreach (var share in new[] { 0.0, 0.5, 1.0 })
            {
                var y = Y(share);
                html.Element("line", null, ("class", "grid"), ("x1", "40"), ("x2", "410"), ("y1", N(y)), ("y2", N(y)));
                Tick(html, N(share * 100) + " %", 34, y + 4, "end");
            }

            Curve(html, "at", atK);
            Curve(html, "hat", hatK);
            var step = Step(atK.Count);
            foreach (var (index, k) in atK.Keys.Index())
            {
                Tick(html, k, 48 + (index * step), 162, "middle");
            }
        }
    }

    private static HtmlWriter.Scope Svg(HtmlWriter html, string kind, string viewBox, string label, bool stretch = false) => html.Open(
        "svg", ("class", kind), ("viewBox", viewBox), ("preserveAspectRatio", stretch ? "none" : null), ("role", "img"), ("aria-label", label));

    private static void Curve(HtmlWriter html, string tone, IReadOnlyDictionary<string, double> values)
    {
        var step = Step(values.Count);
        var points = values.Values.Select((value, index) => (X: 48 + (index * step), Y: Y(value))).ToList();
        var line = string.Join(' ', points.Select(point => $"{N(point.X)},{N(point.Y)}"));
        html.Element("polyline", null, ("class", "curve " + tone), ("points", line));
        foreach (var (x, y) in points)
        {
            html.Element("circle", null, ("class", "point " + tone), ("cx", N(x)), ("cy", N(y)), ("r", "4"));
        }
    }

    private static void Tick(HtmlWriter html, string label, double x, double y, string anchor) =>
        html.Element("text", label, ("class", "tick"), ("x", N(x)), ("y", N(y)), ("text-anchor", anchor));

    private static double Step(int count) => count < 2 ? 0 : 354.0 / (count - 1);

    private static double Y(double share) => 140 - (128 * share);

    private static double X(double share) => 6 + (Width * Math.Clamp(share, 0, 1));

    private static void Line(HtmlWriter html, string tone, double from, double to) =>
        html.Element("line", null, ("class", tone), ("x1", N(from)), ("x2", N(to)), ("y1", "10"), ("y2", "10"));

    private static void Rectangle(HtmlWriter html, string tone, double x, double y, double width, double height, double radius) =>
        html.Element("rect", null, ("class", tone), ("x", N(x)), ("y", N(y)), ("width", N(width)), ("height", N(height)), ("rx", N(radius)));

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
