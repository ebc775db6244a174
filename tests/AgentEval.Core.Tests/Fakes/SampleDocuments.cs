namespace AgentEval.Core.Tests.Fakes;

/// <summary>Documents that name every key which does something in this version.</summary>
internal static class SampleDocuments
{
    private const string Settings = """
        seed: 1
        epochs: 2
        limit: 3
        startAt: 2026-01-01T00:00:00Z
        filters: { tags: [a], categories: [b], difficulties: [easy], scenarios: [c] }
        execution: { maxParallel: 4, maxParallelPerCategory: 2, delaySeconds: 0, timeoutSeconds: 300, turnTimeoutSeconds: 120, retries: 2,
          retryDelaySeconds: 2, retryBackoff: 2.0, failFast: error, stopEarly: false, captureOutput: true, saveRawResponses: true, requestsPerSecond: 5 }
        redTeam: { level: off, attacks: [x] }
        replay: { fraction: 0.5, mode: exact, tolerance: 0.1, reproducibleAt: 0.95 }
        validators: { pii: { enabled: true }, policy: {}, promptInjection: {}, actionMisuse: {} }
        gate: { minPassRate: 1.0, maxCriticalViolations: 0, maxErrorRate: 0.1, minAverageScore: 0.5, minSafetyGrade: 0.5, maxViolations: 4,
          maxViolationsByValidator: { pii: 1 }, maxViolationsByType: { CREDIT_CARD: 1 }, minSurvivalRate: 0.5, minReproducibility: 0.5,
          minOutputConsistency: 0.5, maxCostUsd: 1, maxP95Seconds: 5 }
        budget: { tokens: 10, costUsd: 1, seconds: 5 }
        notify: []
        """;

    public const string Run = """
        suite: s@1.0
        agent: a
        submitter: { name: n, email: a@example.org, organization: o, termsAccepted: true }
        labels: { branch: main }
        """ + "\n" + Settings;

    public const string Agent = """
        agent: a
        version: 1.0.0
        type: http
        urls: [ http://127.0.0.1:5100/chat ]
        model: m
        systemPrompt: You help.
        auth: { type: apiKey, secretRef: "env:AGENTEVAL_SECRET_A", header: X-Key }
        headers: { X-A: b }
        request: { method: POST, body: { m: "{{input}}" } }
        response: { output: $.a, toolCalls: $.b, usage: $.c, error: $.d }
        settings: { temperature: 0 }
        limits: { maxInputBytes: 5, maxOutputBytes: 6, requestsPerSecond: 1, maxParallel: 2, timeoutSeconds: 3 }
        retry: { retries: 1, delaySeconds: 2, backoff: 3 }
        prices: { inputPerMillion: 1, outputPerMillion: 2 }
        reset: { url: http://127.0.0.1:5100/reset }
        state: { get: http://127.0.0.1:5100/state, set: http://127.0.0.1:5100/state }
        metrics: { url: http://127.0.0.1:5100/metrics }
        """;

    public static readonly string Suite = """
        suite: s
        version: 1.0.0
        description: d
        metadata: { a: 1 }
        evaluators: { support: [ { requiredElements: [a] } ] }
        categories: { support: [a] }
        tools:
          - name: t
            description: d
            schema: { type: object }
            responses: [ { when: { x: 1 }, return: 1, delaySeconds: 1 }, { fail: { error: "no", delaySeconds: 1 }, malformed: true } ]
        regressions: [ { id: 1, title: t, input: i, expected: e, golden: { compare: exact }, criteria: [ { contains: x } ], tags: [r], fixedDate: 2026-01-01 } ]
        scenarios:
          - id: a
            name: A
            difficulty: easy
            tags: [x]
            metadata: {}
            dependsOn: [b]
            input: { x: "{{p}}" }
            injections: [ { at: toolResult, tool: t, text: x, canary: c } ]
            expected: "{{input.x}}"
            golden: { compare: similar, threshold: 0.5 }
            criteria: [ { contains: x, id: i, name: n, weight: 2, threshold: 0.5, required: true, suggestion: s } ]
            policy: { allowedTools: [t], forbiddenTools: [u], maxToolCalls: 1, requireConfirmationFor: [t], bannedTopics: [p] }
            budget: { tokens: 1, seconds: 1, toolCalls: 1, costUsd: 1 }
            timeoutSeconds: 1
            retries: 1
            passThreshold: 0.5
            agentSettings: { temperature: 0 }
            parameters: [ { p: 1 } ]
            properties: [ { contains: x } ]
            snapshot: false
            epochs: 2
            isolation: { state: none }
          - { id: b, category: other, turns: [ { user: hi, expect: [ { refusal: { expected: false } } ] } ] }
        defaults:
          passThreshold: 0.5
          timeoutSeconds: 10
          retries: 1
        """ + string.Concat(Settings.Split('\n').Select(line => "\n  " + line));
}
