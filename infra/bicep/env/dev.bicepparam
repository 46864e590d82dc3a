using '../main.bicep'

// One of everything, as small as it goes; workers only while something waits.
param name = 'fewshotdev'
param version = readEnvironmentVariable('FEWSHOTAD_VERSION')
param deployNodes = bool(readEnvironmentVariable('FEWSHOTAD_DEPLOY_NODES', 'true'))
param databasePassword = readEnvironmentVariable('FEWSHOTAD_DATABASE_PASSWORD')
param privateNetwork = false
param highAvailability = false
param databaseSize = { sku: 'Standard_B2s', tier: 'Burstable', storageGb: 32 }
param web = { replicas: 1, maxReplicas: 2, cpu: '1.0', memory: '2Gi' }
param cpuWorker = { minReplicas: 0, maxReplicas: 1, cpu: '2.0', memory: '4Gi' }
param storageRedundancy = 'Standard_LRS'
param softDeleteDays = 7
param keepBackupsDays = 7
param dailyLogsGb = 1
