using System.Globalization;
using AgentEval.Core.Agents;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Trials;

/// <summary>Adds up what a trial uses and ends it at once when a limit is passed. Seconds are the <see cref="TrialClock"/>'s.</summary>
internal sealed class TrialBudgetMeter(TrialBudget budget, AgentPrices? prices)
{
    private const decimal Million = 1_000_000m;

    private long _input;
    private long _output;
    private int _toolCalls;

    private decimal? CostUsd => prices is null ? null : ((_input * prices.InputPerMillion) + (_output * prices.OutputPerMillion)) / Million;

    /// <exception cref="TrialEndedException">Over the budget.</exception>
    public void AddTokens(long input, long output)
    {
        _input += input;
        _output += output;
        if (_input + _output > budget.Tokens)
        {
            throw Over($"The trial used {_input + _output} tokens; its budget is {budget.Tokens}.");
        }

        if (CostUsd > budget.CostUsd)
        {
            throw Over($"The trial cost {CostUsd} US dollars; its budget is {budget.CostUsd}.");
        }
    }

    /// <exception cref="TrialEndedException">Over the budget.</exception>
    public void AddToolCall()
    {
        _toolCalls++;
        if (_toolCalls > budget.ToolCalls)
        {
            throw Over($"The trial made more tool calls than its budget of {budget.ToolCalls}.");
        }
    }

    private static TrialEndedException Over(FormattableString message) =>
        new(TrialStatus.BudgetExceeded, AgentErrorCodes.BudgetExceeded, message.ToString(CultureInfo.InvariantCulture));
}
