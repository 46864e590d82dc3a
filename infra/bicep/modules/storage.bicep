// Blobs of the installation, and a container for backups. No keys: nodes come with their identity.
param location string
param name string
@description('Who may: a name that does not change, and the object id.')
param nodes { name: string, principalId: string }[]
param softDeleteDays int
param coolAfterDays int
param keepBackupsDays int
param redundancy string
param isPrivate bool

// Built-in role "Storage Blob Data Contributor".
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: '${name}${uniqueString(resourceGroup().id)}'
  location: location
  sku: {
    name: redundancy
  }
  kind: 'StorageV2'
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: softDeleteDays
    }
    // The rule below counts from the last read.
    lastAccessTimeTrackingPolicy: {
      enable: true
      name: 'AccessTimeTracking'
      trackingGranularityInDays: 1
      blobType: ['blockBlob']
    }
  }

  resource content 'containers' = {
    name: 'fewshotad'
    properties: {
      publicAccess: 'None'
    }
  }

  resource backups 'containers' = {
    name: 'backups'
    properties: {
      publicAccess: 'None'
    }
  }
}

// What nobody looks at becomes cheaper to keep. No rule deletes content: which blobs are still wanted, rows of the database say,
// and the portal sweeps the others.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'rarely-read-is-cool'
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${blobs::content.name}/']
            }
            actions: {
              baseBlob: {
                enableAutoTierToHotFromCool: true
                tierToCool: {
                  daysAfterLastAccessTimeGreaterThan: coolAfterDays
                }
              }
            }
          }
        }
        {
          name: 'old-backups-go'
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${blobs::backups.name}/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: keepBackupsDays
                }
              }
            }
          }
        }
      ]
    }
  }
}

// The one container, not the account: backups are out of a node's reach.
resource mayUseBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for node in nodes: {
    name: guid(blobs::content.id, node.name, blobContributor)
    scope: blobs::content
    properties: {
      principalId: node.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobContributor)
    }
  }
]

output id string = account.id
output serviceUri string = account.properties.primaryEndpoints.blob
