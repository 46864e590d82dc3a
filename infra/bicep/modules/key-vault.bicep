// The few secrets that there are. Each node reads the one secret that it needs; nobody lists or writes them by a role from here.
param location string
param name string
param webPrincipalId string
param workerPrincipalId string
param isPrivate bool
param databaseHost string
param databaseName string
param databaseUser string

@secure()
param databasePassword string

// Built-in role "Key Vault Secrets User".
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}${uniqueString(resourceGroup().id)}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }

  resource connection 'secrets' = {
    name: 'database-connection'
    properties: {
      value: 'Host=${databaseHost};Database=${databaseName};Username=${databaseUser};Password=${databasePassword};SSL Mode=VerifyFull;Maximum Pool Size=40'
    }
  }

  // The scale rule looks into the queue with it.
  resource password 'secrets' = {
    name: 'database-password'
    properties: {
      value: databasePassword
    }
  }
}

resource mayReadConnection 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for node in [{ name: 'web', principalId: webPrincipalId }, { name: 'worker', principalId: workerPrincipalId }]: {
    name: guid(vault::connection.id, node.name, secretsUser)
    scope: vault::connection
    properties: {
      principalId: node.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    }
  }
]

resource mayReadPassword 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::password.id, 'worker', secretsUser)
  scope: vault::password
  properties: {
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

output id string = vault.id
output connectionUri string = vault::connection.properties.secretUri
output forScaleRuleUri string = vault::password.properties.secretUri
