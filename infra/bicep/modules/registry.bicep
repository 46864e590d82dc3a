// Where the images come from. Nodes may pull and nothing else; who builds images gets AcrPush by hand.
param location string
param name string
@description('Who may: a name that does not change, and the object id.')
param nodes { name: string, principalId: string }[]
param isPrivate bool

// Built-in role "AcrPull".
var pull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: '${name}${uniqueString(resourceGroup().id)}'
  location: location
  sku: {
    // Private addresses are only for the dearest kind.
    name: isPrivate ? 'Premium' : 'Basic'
  }
  properties: {
    adminUserEnabled: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for node in nodes: {
    name: guid(registry.id, node.name, pull)
    scope: registry
    properties: {
      principalId: node.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', pull)
    }
  }
]

output id string = registry.id
output server string = registry.properties.loginServer
