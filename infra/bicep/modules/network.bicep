// A network of its own: nodes in one subnet, private addresses of the services in another.
param location string
param name string

var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  database: 'privatelink.postgres.database.azure.com'
  vault: 'privatelink.vaultcore.azure.net'
  registry: 'privatelink${environment().suffixes.acrLoginServer}'
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${name}-network'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: ['10.40.0.0/16']
    }
    subnets: [
      {
        name: 'nodes'
        properties: {
          addressPrefix: '10.40.0.0/23'
          delegations: [
            {
              name: 'apps'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'services'
        properties: {
          addressPrefix: '10.40.2.0/24'
        }
      }
    ]
  }

  resource nodes 'subnets' existing = {
    name: 'nodes'
  }

  resource services 'subnets' existing = {
    name: 'services'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(zoneNames): {
    name: zone.value
    location: 'global'
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in items(zoneNames): {
    parent: zones[index]
    name: '${name}-network'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: network.id
      }
    }
  }
]

output nodesSubnetId string = network::nodes.id
output servicesSubnetId string = network::services.id
output blobZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.blob)
output databaseZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.database)
output vaultZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.vault)
output registryZoneId string = resourceId('Microsoft.Network/privateDnsZones', zoneNames.registry)
