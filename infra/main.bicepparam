using 'main.bicep'

param name = 'agenteval'

// See docs/run.md, "Settings of the app".
param settings = {
  AgentEval__MaxActiveRuns: '3'
  AgentEval__RetentionDays: '90'
}
