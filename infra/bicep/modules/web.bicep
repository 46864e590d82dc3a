// Web nodes behind one address. A browser stays with its node: a page's circuit lives in that node's memory.
param location string
param name string
param environmentId string
param identityId string
param identityClientId string
param registryServer string
param image string
param connectionUri string
param serviceUri string
param replicas int
param maxReplicas int
param cpu string
param memory string

resource web 'Microsoft.App/containerApps@2025-01-01' = {
  name: '${name}-web'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
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
      ]
      ingress: {
        external: true
        allowInsecure: false
        targetPort: 8080
        transport: 'auto'
        stickySessions: {
          affinity: 'sticky'
        }
      }
    }
    template: {
      // A page that is open survives a change of its node by signing on anew; uploads resume.
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'web'
          image: image
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          env: [
            { name: 'Role', value: 'web' }
            { name: 'Database__Provider', value: 'PostgreSql' }
            { name: 'Database__ConnectionString', secretRef: 'database-connection' }
            { name: 'Blobs__Provider', value: 'Azure' }
            { name: 'Blobs__Azure__ServiceUri', value: serviceUri }
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'ASPNETCORE_FORWARDEDHEADERS_ENABLED', value: 'true' }
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
            {
              type: 'Readiness'
              httpGet: { path: '/health/ready', port: 8080 }
              periodSeconds: 10
              timeoutSeconds: 5
              failureThreshold: 3
            }
          ]
        }
      ]
      volumes: [
        { name: 'data', storageType: 'EmptyDir' }
      ]
      scale: {
        minReplicas: replicas
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '100'
              }
            }
          }
        ]
      }
    }
  }
}

output address string = 'https://${web.properties.configuration.ingress.fqdn}'
