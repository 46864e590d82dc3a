// The database. A password, because the portal and the scale rule both take one; it lives in the vault and nowhere else.
param location string
param name string
param administrator string

@secure()
param password string
param sku string
param tier string
param storageGb int
param highAvailability bool
param backupDays int
param isPrivate bool

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-${uniqueString(resourceGroup().id)}'
  location: location
  sku: {
    name: sku
    tier: tier
  }
  properties: {
    version: '17'
    administratorLogin: administrator
    administratorLoginPassword: password
    storage: {
      storageSizeGB: storageGb
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: backupDays
      geoRedundantBackup: 'Disabled'
    }
    highAvailability: {
      mode: highAvailability ? 'ZoneRedundant' : 'Disabled'
    }
    network: {
      publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    }
  }

  resource database 'databases' = {
    name: 'fewshotad'
    properties: {
      charset: 'UTF8'
      collation: 'en_US.utf8'
    }
  }
}

// Without a network of its own the nodes have no address that could be named: this lets in all of Azure, with a password and TLS.
resource fromAzure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = if (!isPrivate) {
  parent: server
  name: 'services-of-azure'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '0.0.0.0'
  }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
output database string = server::database.name
