// AgentEval on Azure: one resource group, no stored keys. What each part is stands in app/*.bicep; this file wires them.
targetScope = 'resourceGroup'

@description('Goes into every name; letters and digits.')
@minLength(2)
@maxLength(12)
param name string = 'agenteval'

@description('A region with the Flex Consumption plan.')
param location string = resourceGroup().location

@description('Settings of the app, such as { AgentEval__RetentionDays: \'30\' }. Values are texts.')
param settings object = {}

@description('Makes a key vault, so that agent files can name secrets as keyvault:NAME.')
param withKeyVault bool = true

@description('Instances kept warm for orchestrations; 0 scales to nothing.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('The most instances the app may scale to.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

param tags object = {}

var token = uniqueString(resourceGroup().id, name)
var appName = '${toLower(name)}-${token}'
var packages = 'app-package'

module storage 'app/storage.bicep' = {
  name: 'storage'
  params: {
    name: 'st${take('${toLower(name)}${token}', 22)}'
    location: location
    tags: tags
    packageContainer: packages
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    name: appName
    location: location
    tags: tags
  }
}

module vault 'app/vault.bicep' = if (withKeyVault) {
  name: 'vault'
  params: {
    name: 'kv-${take(toLower(name), 7)}-${token}'
    location: location
    tags: tags
  }
}

module functions 'app/functions.bicep' = {
  name: 'functions'
  params: {
    name: appName
    location: location
    tags: tags
    storageName: storage.outputs.name
    packageContainer: packages
    insightsConnectionString: monitoring.outputs.connectionString
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstances: maximumInstances
    instanceMemoryMB: instanceMemoryMB
    settings: union(withKeyVault ? { AgentEval__KeyVault: vault!.outputs.uri } : {}, settings)
  }
}

module access 'app/access.bicep' = {
  name: 'access'
  params: {
    principalId: functions.outputs.principalId
    storageName: storage.outputs.name
    insightsName: monitoring.outputs.name
    vaultName: withKeyVault ? vault!.outputs.name : ''
  }
}

output appName string = functions.outputs.name
output url string = functions.outputs.url
output storageName string = storage.outputs.name
output vaultName string = withKeyVault ? vault!.outputs.name : ''
