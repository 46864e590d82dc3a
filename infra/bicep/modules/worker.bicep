// Worker nodes of one kind. How many there are follows from the runs that wait or are worked on.
param location string
param name string
param environmentId string

@description('Consumption for processors, gpu for the profile with an accelerator.')
param workloadProfile string

@description('The setting Training:Device.')
param device string
param identityId string
param identityClientId string
param registryServer string
param image string
param connectionUri string
param forScaleRuleUri string
param databaseHost string
param databaseName string
param databaseUser string
param serviceUri string
param minReplicas int
param maxReplicas int
param cpu string
param memory string

// Runs at work count too: a rule that saw only those that wait would take away the node that has just begun with the last one.
var unfinishedRuns = 'SELECT count(*) FROM "Runs" WHERE "Status" IN (\'Queued\', \'Running\')'

resource worker 'Microsoft.App/containerApps@2025-01-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: workloadProfile
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [
        {
          server: registryServer
          identity: identityId
        }
      ]
      secrets: [
        {
          name: 'database-connection'
          keyVaultUrl: connectionUri
          identity: identityId
        }
        {
          name: 'database-password'
          keyVaultUrl: forScaleRuleUri
          identity: identityId
        }
      ]
    }
    template: {
      // Long enough for a run to write its checkpoint and go back to the queue.
      terminationGracePeriodSeconds: 600
      containers: [
        {
          name: 'worker'
          image: image
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          env: [
            { name: 'Role', value: 'worker' }
            { name: 'Database__Provider', value: 'PostgreSql' }
            { name: 'Database__ConnectionString', secretRef: 'database-connection' }
            { name: 'Blobs__Provider', value: 'Azure' }
            { name: 'Blobs__Azure__ServiceUri', value: serviceUri }
            { name: 'Training__Device', value: device }
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
          ]
          volumeMounts: [
            { volumeName: 'data', mountPath: '/data' }
          ]
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/health/live', port: 8080 }
              periodSeconds: 5
              failureThreshold: 60
            }
            {
              type: 'Liveness'
              httpGet: { path: '/health/live', port: 8080 }
              periodSeconds: 10
              timeoutSeconds: 5
              failureThreshold: 6
            }
          ]
        }
      ]
      volumes: [
        { name: 'data', storageType: 'EmptyDir' }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        pollingInterval: 15
        // An hour of patience: starting a worker costs more than keeping one between two runs.
        cooldownPeriod: 3600
        rules: [
          {
            name: 'unfinished-runs'
            custom: {
              type: 'postgresql'
              metadata: {
                host: databaseHost
                port: '5432'
                userName: databaseUser
                dbName: databaseName
                sslmode: 'require'
                query: unfinishedRuns
                targetQueryValue: '1'
              }
              auth: [
                {
                  secretRef: 'database-password'
                  triggerParameter: 'password'
                }
              ]
            }
          }
        ]
      }
    }
  }
}
