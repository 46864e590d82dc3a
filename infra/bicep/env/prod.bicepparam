using '../main.bicep'

// Two web nodes and two database servers; workers with an accelerator follow the queue, one without is always there.
param name = 'fewshotad'
param version = readEnvironmentVariable('FEWSHOTAD_VERSION')
param deployNodes = bool(readEnvironmentVariable('FEWSHOTAD_DEPLOY_NODES', 'true'))
param databasePassword = readEnvironmentVariable('FEWSHOTAD_DATABASE_PASSWORD')
param privateNetwork = true
param highAvailability = true
param databaseSize = { sku: 'Standard_D2ds_v5', tier: 'GeneralPurpose', storageGb: 128 }
param web = { replicas: 2, maxReplicas: 6, cpu: '2.0', memory: '4Gi' }
param cpuWorker = { minReplicas: 1, maxReplicas: 2, cpu: '4.0', memory: '8Gi' }
param gpuWorker = { profile: 'Consumption-GPU-NC8as-T4', minReplicas: 0, maxReplicas: 4, cpu: '8.0', memory: '56Gi' }
param storageRedundancy = 'Standard_ZRS'
param softDeleteDays = 30
param keepBackupsDays = 35
param keepLogsDays = 90
