using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class PlatformAdministratorConfiguration : IEntityTypeConfiguration<PlatformAdministrator>
{
    public void Configure(EntityTypeBuilder<PlatformAdministrator> builder)
    {
        builder.ToTable("PlatformAdministrators");
        builder.HasKey(administrator => administrator.UserId);
        builder.Property(administrator => administrator.UserId).ValueGeneratedNever();
    }
}

internal sealed class PlatformEntryConfiguration : IEntityTypeConfiguration<PlatformEntry>
{
    public void Configure(EntityTypeBuilder<PlatformEntry> builder)
    {
        builder.ToTable("PlatformAudit");
        builder.HasKey(entry => entry.Sequence);
        builder.Property(entry => entry.Sequence).ValueGeneratedNever();
        builder.Property(entry => entry.ActorName).HasMaxLength(ChainedEntry.NameMaxLength);
        builder.Property(entry => entry.Action).HasMaxLength(ChainedEntry.ActionMaxLength);
        builder.Property(entry => entry.SubjectKind).HasMaxLength(ChainedEntry.SubjectMaxLength);
        builder.Property(entry => entry.SubjectId).HasMaxLength(ChainedEntry.SubjectIdMaxLength);
        builder.Property(entry => entry.Detail).HasMaxLength(ChainedEntry.DetailMaxLength);
        builder.Property(entry => entry.PreviousHash).HasMaxLength(SecretToken.HashLength).IsFixedLength();
        builder.Property(entry => entry.Hash).HasMaxLength(SecretToken.HashLength).IsFixedLength();
    }
}

internal sealed class ProtectionKeyConfiguration : IEntityTypeConfiguration<ProtectionKey>
{
    public void Configure(EntityTypeBuilder<ProtectionKey> builder)
    {
        builder.ToTable("ProtectionKeys");
        builder.HasKey(key => key.Name);
        builder.Property(key => key.Name).HasMaxLength(ProtectionKey.NameMaxLength);
    }
}

internal sealed class TeamQuotaSettingConfiguration : IEntityTypeConfiguration<TeamQuotaSetting>
{
    public void Configure(EntityTypeBuilder<TeamQuotaSetting> builder)
    {
        builder.ToTable("TeamQuotas");
        builder.HasKey(setting => setting.TenantId);
        builder.Property(setting => setting.TenantId).ValueGeneratedNever();
        builder.Property(setting => setting.ConcurrencyStamp).IsConcurrencyToken();
        builder.Ignore(setting => setting.Choices);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(setting => setting.TenantId).OnDelete(DeleteBehavior.Cascade);
    }
}
