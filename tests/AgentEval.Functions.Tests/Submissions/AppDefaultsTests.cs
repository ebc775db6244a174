using AgentEval.Core.Settings;
using AgentEval.Functions.Submissions;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Tests.Submissions;

public sealed class AppDefaultsTests
{
    [Fact]
    public void Read_Blocks_BecomeALayerOfSettings()
    {
        var defaults = Read(
            ("AgentEval:Execution:MaxParallel", "8"),
            ("AgentEval:execution:captureOutput", "False"),
            ("AgentEval:Budget:CostUsd", "0.10"),
            ("AgentEval:Gate:MinPassRate", "null"),
            ("AgentEval:MaxActiveRuns", "5"));

        var settings = SettingsLayers.Resolve([defaults.Settings]).Value!;

        Assert.Equal((8, false, 0.10m), (settings.Execution.MaxParallel, settings.Execution.CaptureOutput, settings.Budget.CostUsd));
        Assert.Null(settings.Gate.MinPassRate);
        Assert.Equal(["execution", "gate", "budget"], defaults.Settings.Select(member => member.Key));
    }

    [Fact]
    public void Read_NumberedKeys_AreLists()
    {
        var names = Enumerable.Range(0, 11).Select(index => ($"AgentEval:RedTeam:Attacks:{index}", (string?)$"attack-{index}"));

        var defaults = Read([.. names, ("AgentEval:RedTeam:Attacks:11", "\"12\"")]);

        var settings = SettingsLayers.Resolve([defaults.Settings]).Value!;
        Assert.Equal([.. Enumerable.Range(0, 11).Select(index => $"attack-{index}"), "12"], settings.RedTeam.Attacks);
    }

    [Fact]
    public void Read_NamesOfTypes_KeepTheirCapitals()
    {
        var defaults = Read(("AgentEval:Gate:MaxViolationsByType:EMAIL_ADDRESS", "2"), ("AgentEval:Validators:Pii:Severity:EMAIL_ADDRESS", "low"));

        var settings = SettingsLayers.Resolve([defaults.Settings]).Value!;
        Assert.Equal(2, settings.Gate.MaxViolationsByType["EMAIL_ADDRESS"]);
        Assert.Equal("low", (string?)settings.Validators.Pii["severity"]!["EMAIL_ADDRESS"]);
    }

    [Theory]
    [InlineData("AgentEval:Execution:MaxParallel", "NaN", "AgentEval__execution__maxParallel: ")]
    [InlineData("AgentEval:Execution:DelaySeconds", "Infinity", "AgentEval__execution__delaySeconds: ")]
    [InlineData("AgentEval:Execution:DelaySeconds", "1e999", "AgentEval__execution__delaySeconds: ")]
    [InlineData("AgentEval:Execution:MaxParalel", "3", "AgentEval__execution__maxParalel: Unknown key")]
    [InlineData("AgentEval:Execution", "8", "AgentEval__execution: ")]
    [InlineData("AgentEval:RedTeam:Attacks:0", "12", "AgentEval__redTeam__attacks__0: ")]
    [InlineData("AgentEval:RedTeam:Attacks:1", "x", "no AgentEval__redTeam__Attacks__0")]
    public void Read_WhatCannotBeMeant_IsRefusedByName(string name, string value, string said) =>
        Assert.Contains(said, Assert.Throws<InvalidOperationException>(() => Read((name, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_ValueWithOthersBelowIt_IsRefused()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Read(("AgentEval:Gate:MinPassRate", "1"), ("AgentEval:Gate:MinPassRate:0", "1")));

        Assert.Contains("AgentEval__gate__MinPassRate__0", failure.Message, StringComparison.Ordinal);
    }

    private static AppDefaults Read(params (string Name, string? Value)[] settings) => new(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build());
}
