using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("Audit");
        builder.HasKey(entry => new { entry.TenantId, entry.Sequence });
        builder.Property(entry => entry.Sequence).ValueGeneratedNever();
        builder.Property(entry => entry.ActorName).HasMaxLength(AuditEntry.NameMaxLength);
        builder.Property(entry => entry.Action).HasMaxLength(AuditEntry.ActionMaxLength);
        builder.Property(entry => entry.SubjectKind).HasMaxLength(AuditEntry.SubjectMaxLength);
        builder.Property(entry => entry.SubjectId).HasMaxLength(AuditEntry.SubjectIdMaxLength);
        builder.Property(entry => entry.Detail).HasMaxLength(AuditEntry.DetailMaxLength);
        builder.Property(entry => entry.PreviousHash).HasMaxLength(SecretToken.HashLength).IsFixedLength();
        builder.Property(entry => entry.Hash).HasMaxLength(SecretToken.HashLength).IsFixedLength();
        builder.HasIndex(entry => new { entry.TenantId, entry.ActorId });
        builder.HasIndex(entry => new { entry.TenantId, entry.Action });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(entry => entry.TenantId).OnDelete(DeleteBehavior.Cascade);
    }
}
