targetScope = 'resourceGroup'

@description('Region of every resource.')
param location string = resourceGroup().location

@description('Short name of the installation in small letters and digits; names of resources begin with it.')
@minLength(3)
@maxLength(11)
param name string

@description('Tag of the images fewshotad (processors) and fewshotad-cuda (accelerators) in the registry.')
param version string

@description('False for the first deployment, which makes the registry; true once the images are in it.')
param deployNodes bool

@description('Password of the database, at least 16 characters. It is kept in the vault.')
@secure()
@minLength(16)
param databasePassword string

@description('Whether database, storage, vault and registry can be reached from the network of the nodes only.')
param privateNetwork bool

@description('Whether a second database server and the nodes in several zones take over when one fails.')
param highAvailability bool

@description('Compute size of the database server and its tier (Burstable, GeneralPurpose, MemoryOptimized).')
param databaseSize { sku: string, tier: string, storageGb: int }

@description('How many web nodes there are at least and at most, and what each gets.')
param web { replicas: int, maxReplicas: int, cpu: string, memory: string }

@description('How many workers without accelerator there are at least and at most, and what each gets.')
param cpuWorker { minReplicas: int, maxReplicas: int, cpu: string, memory: string }

@description('Workers with an accelerator: profile is what the region offers, such as Consumption-GPU-NC8as-T4. Leave it out for none.')
param gpuWorker { profile: string, minReplicas: int, maxReplicas: int, cpu: string, memory: string }?

@description('Copies that storage keeps: LRS in one place, ZRS in three zones.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageRedundancy string

@description('Days that a deleted blob can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 14

@description('Days without a read after which a blob is kept in the cool tier.')
@minValue(1)
param coolAfterDays int = 30

@description('Days that a backup in the container backups is kept.')
@minValue(1)
param keepBackupsDays int = 35

@description('Days that logs are kept.')
@minValue(30)
param keepLogsDays int = 30

@description('Gigabytes of logs a day at most; -1 is no limit.')
param dailyLogsGb int = 5

@description('Address of a collector for metrics (OTLP by gRPC). Empty: none.')
param metricsEndpoint string = ''

var databaseUser = 'fewshotad'
var workspaceName = '${name}-logs'
var insightsName = '${name}-insights'

module network 'modules/network.bicep' = if (privateNetwork) {
  params: { location: location, name: name }
}

module webIdentity 'modules/identity.bicep' = {
  params: { location: location, name: '${name}-web' }
}

module workerIdentity 'modules/identity.bicep' = {
  params: { location: location, name: '${name}-worker' }
}

module monitoring 'modules/monitoring.bicep' = {
  params: { location: location, workspaceName: workspaceName, insightsName: insightsName, keepDays: keepLogsDays, dailyGb: dailyLogsGb }
}

module registry 'modules/registry.bicep' = {
  params: {
    location: location
    name: name
    nodes: [
      { name: 'web', principalId: webIdentity.outputs.principalId }
      { name: 'worker', principalId: workerIdentity.outputs.principalId }
    ]
    isPrivate: privateNetwork
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    name: name
    nodes: [
      { name: 'web', principalId: webIdentity.outputs.principalId }
      { name: 'worker', principalId: workerIdentity.outputs.principalId }
    ]
    softDeleteDays: softDeleteDays
    coolAfterDays: coolAfterDays
    keepBackupsDays: keepBackupsDays
    redundancy: storageRedundancy
    isPrivate: privateNetwork
  }
}

module postgres 'modules/postgres.bicep' = {
  params: {
    location: location
    name: name
    administrator: databaseUser
    password: databasePassword
    sku: databaseSize.sku
    tier: databaseSize.tier
    storageGb: databaseSize.storageGb
    highAvailability: highAvailability
    backupDays: keepBackupsDays
    isPrivate: privateNetwork
  }
}

module vault 'modules/key-vault.bicep' = {
  params: {
    location: location
    name: name
    webPrincipalId: webIdentity.outputs.principalId
    workerPrincipalId: workerIdentity.outputs.principalId
    isPrivate: privateNetwork
    databaseHost: postgres.outputs.host
    databaseName: postgres.outputs.database
    databaseUser: databaseUser
    databasePassword: databasePassword
  }
}

module blobEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork) {
  params: {
    location: location
    name: '${name}-blob'
    subnetId: network!.outputs.servicesSubnetId
    serviceId: storage.outputs.id
    part: 'blob'
    zoneId: network!.outputs.blobZoneId
  }
}

module databaseEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork) {
  params: {
    location: location
    name: '${name}-database'
    subnetId: network!.outputs.servicesSubnetId
    serviceId: postgres.outputs.id
    part: 'postgresqlServer'
    zoneId: network!.outputs.databaseZoneId
  }
}

module vaultEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork) {
  params: {
    location: location
    name: '${name}-vault'
    subnetId: network!.outputs.servicesSubnetId
    serviceId: vault.outputs.id
    part: 'vault'
    zoneId: network!.outputs.vaultZoneId
  }
}

module registryEndpoint 'modules/private-endpoint.bicep' = if (privateNetwork) {
  params: {
    location: location
    name: '${name}-registry'
    subnetId: network!.outputs.servicesSubnetId
    serviceId: registry.outputs.id
    part: 'registry'
    zoneId: network!.outputs.registryZoneId
  }
}

module environment 'modules/environment.bicep' = {
  dependsOn: [monitoring]
  params: {
    location: location
    name: name
    workspaceName: workspaceName
    insightsName: insightsName
    subnetId: network.?outputs.nodesSubnetId
    // Zones need a network of one's own.
    zoneRedundant: highAvailability && privateNetwork
    gpuProfile: gpuWorker.?profile
    metricsEndpoint: metricsEndpoint
  }
}

module webNodes 'modules/web.bicep' = if (deployNodes) {
  // Secrets and images are fetched at the start: the private addresses come first.
  dependsOn: [blobEndpoint, databaseEndpoint, vaultEndpoint, registryEndpoint]
  params: {
    location: location
    name: name
    environmentId: environment.outputs.id
    identityId: webIdentity.outputs.id
    identityClientId: webIdentity.outputs.clientId
    registryServer: registry.outputs.server
    image: '${registry.outputs.server}/fewshotad:${version}'
    connectionUri: vault.outputs.connectionUri
    serviceUri: storage.outputs.serviceUri
    replicas: web.replicas
    maxReplicas: web.maxReplicas
    cpu: web.cpu
    memory: web.memory
  }
}

module cpuWorkers 'modules/worker.bicep' = if (deployNodes) {
  dependsOn: [blobEndpoint, databaseEndpoint, vaultEndpoint, registryEndpoint]
  params: {
    location: location
    name: '${name}-worker'
    environmentId: environment.outputs.id
    workloadProfile: 'Consumption'
    device: 'cpu'
    identityId: workerIdentity.outputs.id
    identityClientId: workerIdentity.outputs.clientId
    registryServer: registry.outputs.server
    image: '${registry.outputs.server}/fewshotad:${version}'
    connectionUri: vault.outputs.connectionUri
    forScaleRuleUri: vault.outputs.forScaleRuleUri
    databaseHost: postgres.outputs.host
    databaseName: postgres.outputs.database
    databaseUser: databaseUser
    serviceUri: storage.outputs.serviceUri
    minReplicas: cpuWorker.minReplicas
    maxReplicas: cpuWorker.maxReplicas
    cpu: cpuWorker.cpu
    memory: cpuWorker.memory
  }
}

module gpuWorkers 'modules/worker.bicep' = if (deployNodes && gpuWorker != null) {
  dependsOn: [blobEndpoint, databaseEndpoint, vaultEndpoint, registryEndpoint]
  params: {
    location: location
    name: '${name}-gpu-worker'
    environmentId: environment.outputs.id
    workloadProfile: 'gpu'
    device: 'auto'
    identityId: workerIdentity.outputs.id
    identityClientId: workerIdentity.outputs.clientId
    registryServer: registry.outputs.server
    image: '${registry.outputs.server}/fewshotad-cuda:${version}'
    connectionUri: vault.outputs.connectionUri
    forScaleRuleUri: vault.outputs.forScaleRuleUri
    databaseHost: postgres.outputs.host
    databaseName: postgres.outputs.database
    databaseUser: databaseUser
    serviceUri: storage.outputs.serviceUri
    minReplicas: gpuWorker!.minReplicas
    maxReplicas: gpuWorker!.maxReplicas
    cpu: gpuWorker!.cpu
    memory: gpuWorker!.memory
  }
}

@description('Where people go; empty before the nodes are deployed.')
output address string = webNodes.?outputs.address ?? ''

@description('Where the images are pushed.')
output registryServer string = registry.outputs.server

@description('Value for the setting Blobs:Azure:ServiceUri.')
output serviceUri string = storage.outputs.serviceUri
