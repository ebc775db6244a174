using 'main.bicep'

param name = 'agenteval'

// See docs/run.md, "Settings of the app".
param settings = {
  // Whoever has a key may submit. Without this line each request must name its submitter (docs/run.md).
  AgentEval__Submissions: 'open'
  AgentEval__MaxActiveRuns: '3'
  AgentEval__RetentionDays: '90'
}
